PYTHON ?= python3
PORT ?= $(or $(DUNGHAN_PORT),8000)
DEMO ?= 1
BIN := .venv/bin
SETUP := $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Cần Python 3.11 trở lên: make PYTHON=python3.11"; exit 1; }; $(PYTHON) deploy/setup.py
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	$(if $(UPGRADE),--upgrade) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-fast check fix bench docs lock

help: ## Liệt kê các lệnh
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Chuẩn bị mọi thứ để chạy: môi trường, thư viện, giao diện, bản dịch
	@$(SETUP) run

run: setup ## Chạy máy chủ tại 127.0.0.1:8000 (PORT=9000 đổi cổng, DEMO=0 bắt đầu trống)
	@DUNGHAN_PORT=$(PORT) DEMO=$(DEMO) exec $(BIN)/python deploy/start.py

demo: setup ## Tạo lại dữ liệu chạy thử từ hai công văn
	@$(BIN)/dunghan demo

test: ## Chạy toàn bộ kiểm thử, trên SQLite và PostgreSQL, có trình duyệt thật
	@$(SETUP) test
	@$(BIN)/python -m pytest -n 2

test-fast: ## Kiểm thử nhanh: các phần lõi, quy tắc mã nguồn, dịch vụ; chỉ SQLite, không qua HTTP
	@$(SETUP) dev
	@$(BIN)/python -m pytest -n 2 -m "not postgres and not browser and not slow and not http"

check: ## Soát mã nguồn: văn phong, kiểu, ranh giới giữa các phần
	@$(SETUP) dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: ## Tự sửa văn phong mã nguồn
	@$(SETUP) dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: ## Đo tốc độ, theo tỷ lệ với một trang Flask trống trong cùng lần đo
	@$(SETUP) dev
	@$(BIN)/python -m bench

docs: ## Viết lại phần tài liệu sinh từ mã nguồn
	@$(SETUP) dev
	@$(BIN)/dunghan docs

lock: ## Khóa lại phiên bản thư viện, kèm mã băm, không kèm địa chỉ (UPGRADE=1 lấy bản mới)
	@$(SETUP) dev
	$(COMPILE) -o requirements.lock
	$(COMPILE) -o requirements-dev.lock --extra dev
	$(BIN)/python deploy/assets.py --lock
