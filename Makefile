# The front door. `make` alone prints the list.

SWIFT ?= swift
PACKAGES := libopenblas-dev liblapacke-dev pkg-config
PEER_PACKAGES := python3 python3-venv python3-dev g++
GLMNET_PACKAGES := r-base-core r-cran-glmnet r-cran-jsonlite
FORMATTED := Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources Benchmarks/Kernels
# Variables that would choose OpenBLAS's kernels and blocking; no benchmark runs with them.
NO_OVERRIDES := -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE
TEST_FLAGS ?=
KERNEL_FLAGS ?=
PEERS_FLAGS ?=
SCALING_FLAGS ?=

help:  ## Print this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 16

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
	@echo "  .build-run/release/lariat path Tests/Data/diabetes.csv --target target --folds 10"
	@echo "  .build-run/release/lariat doctor"

build: setup  ## Build the whole command at .build/release/lariat
	$(SWIFT) build -c release --product lariat

test: setup  ## Run all tests
	$(SWIFT) test -c release --disable-testable-imports $(TEST_FLAGS)
	@for level in base avx2; do echo "The kernels at level $$level"; LARIAT_KERNELS=$$level \
	  $(SWIFT) test -c release --disable-testable-imports --skip-build --filter 'LinearAlgebraTests|OptimizersTests|RegularizedLossTests|Reference|ProductsTests|PredictorTests' || exit 1; done

test-threads: setup  ## Run the concurrent tests under the thread sanitizer
	$(SWIFT) test --sanitize=thread --scratch-path .build-tsan --filter 'AsyncFit|WorkerTeam|PredictorThread'

test-lapack: setup  ## Run LAPACK's own test programs on the OpenBLAS installed here
	@dpkg -s liblapack-test >/dev/null 2>&1 || { \
	  command -v apt-get >/dev/null || { echo "LAPACK's test programs are missing, and there is no apt-get to install them: install liblapack-test by hand." >&2; exit 1; }; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "Installing liblapack-test"; \
	  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends liblapack-test; \
	}
	@Tests/LAPACK/run

bench-kernels: setup  ## Measure every kernel, for regressions (KERNEL_FLAGS='--filter "gemm.*"')
	cd Benchmarks && env $(NO_OVERRIDES) $(SWIFT) package --allow-writing-to-package-directory benchmark --no-progress $(KERNEL_FLAGS)

bench-peers: setup setup-peers build-benchmarks  ## Compare with PyTorch, JAX, ONNX Runtime, glmnet and others (PEERS_FLAGS='--only predict')
	cd Benchmarks && env $(NO_OVERRIDES) .venv/bin/python Peers/bench.py $(PEERS_FLAGS)

bench-scaling: setup build-benchmarks  ## Measure the training step by batch, layers and workers
	cd Benchmarks && env $(NO_OVERRIDES) python3 Peers/scaling.py $(SCALING_FLAGS)

build-benchmarks:
	cd Benchmarks && $(SWIFT) build -c release --product PeerWorkloads

# A virtual environment with the peers; torch.compile needs a C++ compiler and Python's headers. Without adelie, which needs
# another numpy, or glmnet, which needs R, the paths are compared with the others.
setup-peers: Benchmarks/.venv/complete Benchmarks/.venv-adelie/complete
	@Rscript --vanilla -e 'library(glmnet); library(jsonlite)' >/dev/null 2>&1 || { \
	  command -v apt-get >/dev/null || { echo "R with glmnet and jsonlite is missing, and there is no apt-get to install it: the paths are compared without glmnet."; exit 0; }; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "Installing $(GLMNET_PACKAGES)"; \
	  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(GLMNET_PACKAGES) \
	    || echo "glmnet could not be installed: the paths are compared without it."; \
	}

Benchmarks/.venv/complete: Benchmarks/Peers/requirements.txt
	@python3 -c 'import ensurepip, os, sysconfig, sys; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' 2>/dev/null \
	  && command -v g++ >/dev/null || { \
	  command -v apt-get >/dev/null || { echo "Python 3 with venv and headers, and g++, are needed: install them by hand." >&2; exit 1; }; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "Installing $(PEER_PACKAGES)"; \
	  $$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PEER_PACKAGES); \
	}
	@echo "Installing the peers into Benchmarks/.venv (some gigabytes, once)"
	@python3 -m venv Benchmarks/.venv
	@Benchmarks/.venv/bin/pip install --quiet --requirement Benchmarks/Peers/requirements.txt
	@touch $@

Benchmarks/.venv-adelie/complete: Benchmarks/Peers/requirements-adelie.txt | Benchmarks/.venv/complete
	@python3 -m venv Benchmarks/.venv-adelie
	@Benchmarks/.venv-adelie/bin/pip install --quiet --requirement Benchmarks/Peers/requirements-adelie.txt \
	  || echo "adelie could not be installed for this Python: the paths are compared without it."
	@touch $@

format:  ## Format the sources in place
	$(SWIFT) format --in-place --recursive --parallel $(FORMATTED)

lint:  ## Check the format of the sources
	$(SWIFT) format lint --strict --recursive --parallel $(FORMATTED)

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
	rm -rf .build .build-* Benchmarks/.build Benchmarks/.venv Benchmarks/.venv-adelie

.PHONY: help run build test test-threads test-lapack bench-kernels bench-peers bench-scaling build-benchmarks setup-peers format lint setup clean
