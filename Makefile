# `make run` opens thorhud, `make test` tests it. Everything else is in packaging/.

# Without these two make would turn every failure into its own exit code 2 and its own words: in question mode a line that
# begins with + still runs, and its 1 stays a 1.
MAKEFLAGS += --question --no-print-directory

.PHONY: help run test test-vllm check bench bench-telemetry lock clean

help:
	+@echo 'make run        set everything up and open the kiosk in a window (without a display: the ladder, in the terminal)'
	+@echo 'make test       set everything up and run the tests'
	+@echo 'make check      what a change must pass: format, lint, types, contracts, forms, tests'
	+@echo 'make test-vllm  the ladder on a real vLLM in real containers (root, x86-64, Python 3.11, about 20 minutes)'
	+@echo 'make bench      the benchmarks; make bench-telemetry only what the telemetry costs'
	+@echo 'make lock       resolve requirements/*.txt again'
	+@echo 'make clean      remove the virtual environment and what the tools left'
	+@echo 'PYTHON=/path/to/python3.12 chooses the Python, ARGS="..." adds arguments'

run:
	+@packaging/run $(ARGS)

test:
	+@packaging/test $(ARGS)

test-vllm:
	+@packaging/test-vllm $(ARGS)

check:
	+@packaging/check $(ARGS)

bench:
	+@packaging/bench $(ARGS)

bench-telemetry:
	+@packaging/bench telemetry_cost

lock:
	+@packaging/lock $(ARGS)

clean:
	+@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
