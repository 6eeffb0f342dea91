# 只需要 Python 3.11+ 与 make；其余由 make venv 装入 .venv。
# Needs Python 3.11+ and make; make venv puts all else into .venv.

# The first one that runs and is new enough; trying it finds out more than its name does (pyenv has dead ones).
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$name && exit; done; echo python3)
VENV := .venv/bin
# Rooms that exist; mypy refuses a name that does not.
TYPED := $(wildcard shared services cli deploy bench)

.DEFAULT_GOAL := help
.PHONY: help venv prefetch demo check test explore mutants bench env pins fmt schemas mistakes rules diagrams examples first-hour golden lock clean

help: ## 列出所有命令 · list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

venv: ## 建立 .venv 并按锁文件安装 · make .venv from the lock file
	@$(PYTHON) deploy/local/bootstrap.py

prefetch: venv ## 预先下载 Kafka · fetch Kafka ahead of the first start
	@$(VENV)/python -m deploy.local.prefetch

demo: venv ## 一键演示整个平台（ONCE=1 跑完即停）· run the whole platform here (ONCE=1: stop when done; OPEN=1: no access rules, to compare)
	@$(VENV)/suyuan demo $(if $(ONCE),--once) $(if $(OPEN),--open)

check: venv ## 静态检查：格式、类型、边界、长度 · lint, format, types, import rules, lengths
	@failed=; for step in "ruff check ." "ruff format --check ." "mypy $(TYPED)" "lint-imports" "python -m tests.shape"; do \
		echo "== $$step"; $(VENV)/$$step || failed="$$failed [$$step]"; \
	done; \
	if [ -n "$$failed" ]; then echo "未通过 failed:$$failed" >&2; exit 1; fi

test: check prefetch ## 全部检查与测试（两核约 25 分钟）· all checks and all tests (about 25 minutes on two cores)
	$(VENV)/python -m tests.together

explore: venv ## 以新的随机例子试各项不变量 · try the invariants on new random examples
	$(VENV)/python -m pytest -q tests/unit tests/contract --hypothesis-profile=explore

mutants: venv ## 变异测试：每处人为缺陷都须有测试发现 · a test must fail for each deliberate fault
	$(VENV)/python -m tests.mutants

bench: venv prefetch ## 性能测试 · measure the pipeline
	$(VENV)/python -m bench

env: ## 为 docker compose 生成 .env 密钥 · write .env with fresh secrets for docker compose
	@$(PYTHON) deploy/images/make_env.py

pins: ## 检查容器镜像是否按摘要固定 · say which images of docker compose are not named by their digest
	@$(PYTHON) deploy/images/pins.py

fmt: venv ## 自动整理格式 · format and fix the code
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

schemas: venv ## 导出消息的 JSON Schema 与 AsyncAPI · export the schemas of all messages
	$(VENV)/suyuan schemas

examples: venv ## 由各服务的测试情节重写示例消息 · write the example messages anew, and show what changed
	$(VENV)/python -m tests.support.examples

golden: venv ## 重绘各命令的表格样张 · draw the sample tables of all commands anew
	@$(VENV)/python -m tests.support.golden

rules: venv ## 发布新的规则版本，已发布的不得改动 · publish new versions of the rules; a published one stays
	@$(VENV)/python -m tests.support.rules

mistakes: venv ## 重写 docs/mistakes.md · write the page of mistakes anew
	@$(VENV)/python -m tests.support.sender_mistakes

diagrams: venv ## 重绘状态图 docs/states.md · draw the state diagrams anew
	@$(VENV)/python -m tests.support.states

first-hour: venv prefetch ## 重演三类用户的第一个小时 · play the first hour again into docs/first-hour.md
	@$(VENV)/python -m tests.support.first_hour

# Exact versions with hashes, for Python 3.11 and newer. The second one holds only what a service needs.
LOCKING := $(VENV)/python -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet
lock: venv ## 更新两个锁文件（UPGRADE=1 升级版本）· renew both lock files (UPGRADE=1: newer versions)
	$(VENV)/python -m pip install --quiet uv==0.13.9
	$(LOCKING) $(if $(UPGRADE),--upgrade) --extra local --extra dev --output-file requirements.lock
	$(LOCKING) --extra build --constraint requirements.lock \
		--output-file deploy/images/requirements.lock

clean: ## 删除 .venv、缓存与本地数据 · delete .venv, caches and local data
	rm -rf .venv .suyuan build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
