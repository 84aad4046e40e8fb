# The front door. `make` alone prints the list.

SWIFT ?= swift
PACKAGES := libopenblas-dev liblapacke-dev pkg-config
TEST_FLAGS ?=

help:  ## Print this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 12

run: setup  ## Train on a real data set and show what came out
	@echo "Building Lariat"
	@$(SWIFT) build -c release --product lariat --scratch-path .build-run > .build-run.log 2>&1 || { cat .build-run.log; rm -f .build-run.log; exit 1; }
	@rm -f .build-run.log
	@echo "Training on 1797 handwritten digits, a fifth of them held out:"
	@.build-run/release/lariat train Tests/Data/digits.csv --target target --hidden 64 --seed 1 --output .build-run/digits.safetensors
	@echo
	@echo "Now try:"
	@echo "  .build-run/release/lariat inspect .build-run/digits.safetensors"
	@echo "  .build-run/release/lariat predict .build-run/digits.safetensors Tests/Data/digits.csv | head"
	@echo "  .build-run/release/lariat train Tests/Data/diabetes.csv --target target --hidden '' --l1 0.1"
	@echo "  .build-run/release/lariat doctor"

build: setup  ## Build the whole command at .build/release/lariat
	$(SWIFT) build -c release --product lariat

test: setup  ## Run all tests
	$(SWIFT) test -c release --disable-testable-imports $(TEST_FLAGS)
	@for level in base avx2; do echo "The kernels at level $$level"; LARIAT_KERNELS=$$level \
	  $(SWIFT) test -c release --disable-testable-imports --skip-build --filter 'LinearAlgebraTests|OptimizersTests|RegularizedLossTests|Reference|ProductsTests' || exit 1; done

test-threads: setup  ## Run the concurrent tests under the thread sanitizer
	$(SWIFT) test --sanitize=thread --scratch-path .build-tsan --filter 'AsyncFit|WorkerTeam'

format:  ## Format the sources in place
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

lint:  ## Check the format of the sources
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

# Installs what is missing: the system libraries. The Swift toolchain is yours to choose.
setup:
	@command -v $(SWIFT) >/dev/null || { echo "There is no Swift toolchain here: install Swift 6.2 or later from https://www.swift.org/install and run make again." >&2; exit 1; }
	@if ! pkg-config --exists openblas lapacke 2>/dev/null; then \
	  command -v apt-get >/dev/null || { echo "OpenBLAS and LAPACKE are missing, and there is no apt-get to install them: install $(PACKAGES) by hand." >&2; exit 1; }; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "Installing $(PACKAGES)"; \
	  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES); \
	fi

clean:  ## Delete every build folder
	rm -rf .build .build-*

.PHONY: help run build test test-threads format lint setup clean
