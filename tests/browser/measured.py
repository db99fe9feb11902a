"""Instruments of the journeys: what crosses the wire for a page, and how often somebody presses something in it."""

from urllib.parse import urlsplit

LISTENER = 'addEventListener("pointerdown", (event) => { if (event.isTrusted) window.pressed(); }, true);'


class Wire:
    """What the browser itself counts for a page: requests, hosts, and bytes as sent, headers with them."""

    def __init__(self, page):
        self.page, self.session = page, page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.on("Network.requestWillBeSent", self._asked)
        self.session.on("Network.requestServedFromCache", lambda event: self.kept.add(event["requestId"]))
        self.session.on("Network.responseReceived", self._answered)
        self.session.on("Network.loadingFinished", self._came)
        self._forget()

    def cold(self, address):
        """Open a page with nothing kept from before."""
        self.session.send("Network.clearBrowserCache")
        return self.warm(address, until="networkidle")

    def warm(self, address, until="load"):
        """Open a page; what the browser has kept costs nothing."""
        self._forget()
        answer = self.page.goto(address, wait_until=until)
        assert answer.status == 200, (address, answer.status)
        return self

    @property
    def kilobytes(self):
        return sum(self.sizes.values()) / 1024

    @property
    def requests(self):
        return [address for key, address in self.addresses.items() if key not in self.kept]

    @property
    def hosts(self):
        return {urlsplit(address).netloc for address in self.addresses.values()}

    @property
    def document(self):
        """Kilobytes of the page alone."""
        return next(size for key, size in self.sizes.items() if self.addresses[key] == self.page.url) / 1024

    def _forget(self):
        self.addresses, self.kept, self.sizes = {}, set(), {}

    def _asked(self, event):
        if urlsplit(event["request"]["url"]).scheme in ("http", "https"):
            self.addresses[event["requestId"]] = event["request"]["url"]

    def _answered(self, event):
        if event["response"]["fromDiskCache"]:
            self.kept.add(event["requestId"])

    def _came(self, event):
        if event["requestId"] in self.addresses and event["requestId"] not in self.kept:
            self.sizes[event["requestId"]] = event["encodedDataLength"]


class Hand:
    """A hand on the mouse. The page counts how often it is pressed; where it runs no script, the hand does."""

    def __init__(self, page, *, scripts=True):
        self.page, self.scripts, self.own, self.seen = page, scripts, 0, 0
        if scripts:
            page.context.expose_binding("pressed", self._seen)
            page.add_init_script(LISTENER)

    @property
    def clicks(self):
        """How often something was pressed; what the page saw is what the hand did."""
        assert not self.scripts or self.seen == self.own, (self.seen, self.own)
        return self.own

    def press(self, what):
        """Press something with the mouse."""
        self.own += 1
        what.click()

    def link(self, words):
        """Follow a link by its words."""
        self.press(self.page.locator("main a", has_text=words).first)

    def button(self, words):
        """Press a button by its words."""
        self.press(self.page.locator("main button", has_text=words).first)

    def write(self, box, text):
        """Press into a box and type."""
        self.press(box)
        box.fill(text)

    def file(self, box, path):
        """Press the button of a file's box and choose a file."""
        with self.page.expect_file_chooser() as chooser:
            self.press(box)
        chooser.value.set_files(path)

    def _seen(self, _source):
        self.seen += 1
