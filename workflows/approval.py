"""THE TABLE: every way in which a submission may move. Buttons, API, permissions, inbox, mail and docs read it.

A consolidator is the district of a three-tier province (or any unit above); on the direct route there is none, as
for departments, and for every commune since 01/07/2025.
"""

from workflows import guards as g
from workflows.vocabulary import Action as A
from workflows.vocabulary import Effect as E
from workflows.vocabulary import NoteRule as N
from workflows.vocabulary import Role as R
from workflows.vocabulary import Scope as On
from workflows.vocabulary import State as S
from workflows.workflow import BOTH, BY_CONSOLIDATOR, DIRECT, Transition, Workflow


def _who(*roles: R) -> frozenset[R]:
    return frozenset(roles)


COMPLETE = (
    g.valid,
    g.answered,
    g.reasons_given,
    g.evidence_attached,
    g.report_attached,
    g.head_agreed,
    g.in_time,
)
SCRUTINISED = (g.all_decided, g.no_open_question, g.minutes_taken)
AGREED = (g.run_frozen, g.as_shown, g.explanations_over, g.replies_decided, g.second_person)
DECIDED = (g.run_frozen, g.as_shown, g.decision_recorded, g.proposed, g.second_person)

# fmt: off
APPROVAL = Workflow((
#   action                from                     to                       route            on             who                   unless refused by                         note          then
    Transition(A.SELF_ASSESS,       S.DRAFT,                 S.SELF_ASSESSED,         BOTH,            On.SUBMISSION, _who(R.UNIT, R.HEAD), COMPLETE,                                 N.OPTIONAL,   (E.ISSUE_RECEIPT,)),
    Transition(A.WITHDRAW,          S.SELF_ASSESSED,         S.DRAFT,                 BOTH,            On.SUBMISSION, _who(R.UNIT, R.HEAD), (g.not_taken_up, g.in_time),              N.OPTIONAL,   (E.CLEAR_RECEIPT,)),
    Transition(A.SEND_BACK,         S.SELF_ASSESSED,         S.DRAFT,                 BY_CONSOLIDATOR, On.SUBMISSION, _who(R.CONSOLIDATOR), (),                                       N.REQUIRED,   (E.CLEAR_RECEIPT, E.TELL_RETURNED)),
    Transition(A.SEND_BACK,         S.SELF_ASSESSED,         S.DRAFT,                 DIRECT,          On.SUBMISSION, _who(R.OFFICE),       (),                                       N.REQUIRED,   (E.CLEAR_RECEIPT, E.TELL_RETURNED)),
    Transition(A.CONSOLIDATE,       S.SELF_ASSESSED,         S.DISTRICT_CONSOLIDATED, BY_CONSOLIDATOR, On.PACKAGE,    _who(R.CONSOLIDATOR), (g.own_form_there, g.package_in_time),    N.WHERE_GAPS, (E.TELL_ACCEPTED,)),
    Transition(A.RETURN_PACKAGE,    S.DISTRICT_CONSOLIDATED, S.SELF_ASSESSED,         BY_CONSOLIDATOR, On.PACKAGE,    _who(R.OFFICE),       (),                                       N.REQUIRED,   (E.TELL_PACKAGE_RETURNED,)),
    Transition(A.VERIFY,            S.DISTRICT_CONSOLIDATED, S.VERIFIED,              BY_CONSOLIDATOR, On.SUBMISSION, _who(R.TASK_FORCE),   SCRUTINISED,                              N.OPTIONAL,   ()),
    Transition(A.VERIFY,            S.SELF_ASSESSED,         S.VERIFIED,              DIRECT,          On.SUBMISSION, _who(R.TASK_FORCE),   SCRUTINISED,                              N.OPTIONAL,   ()),
    Transition(A.REOPEN,            S.VERIFIED,              S.DISTRICT_CONSOLIDATED, BY_CONSOLIDATOR, On.SUBMISSION, _who(R.OFFICE),       (),                                       N.REQUIRED,   ()),
    Transition(A.REOPEN,            S.VERIFIED,              S.SELF_ASSESSED,         DIRECT,          On.SUBMISSION, _who(R.OFFICE),       (),                                       N.REQUIRED,   ()),
    Transition(A.APPROVE,           S.VERIFIED,              S.APPROVED,              BOTH,            On.RUN,        _who(R.APPROVER),     AGREED,                                   N.OPTIONAL,   ()),
    Transition(A.WITHDRAW_APPROVAL, S.APPROVED,              S.VERIFIED,              BOTH,            On.RUN,        _who(R.APPROVER),     (),                                       N.REQUIRED,   ()),
    Transition(A.PUBLISH,           S.APPROVED,              S.PUBLISHED,             BOTH,            On.RUN,        _who(R.OFFICE),       DECIDED,                                  N.OPTIONAL,   (E.TELL_PUBLISHED,)),
), start=S.DRAFT, end=S.PUBLISHED, always=(g.running,))
# fmt: on
