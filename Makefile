# The project's commands; plain `make` lists them. The text after ## is what it prints.

SWIFT ?= swift
PROGRAMS := .build/release
# An import that a target does not declare is an error: rooms import downwards only (Package.swift).
STRICT := --explicit-target-dependency-import-check error
FORMATTED := Sources Tests Package.swift
IMAGE ?= hydraserve-repro:$(shell sed -n 's/.*let version = "\(.*\)"/\1/p' Sources/Experiments/Toolkit.swift)
TIRES := .build/kick-the-tires
REAL_TIME_TESTS := ^(HTTPServing|LoadGeneration|PodEmulation|ClusterControl|LiveCommands|Kubernetes[A-Za-z]*)Tests

.PHONY: help deps build test lint format bench figure7 figure9 figure11 figure13 all claims report pictures \
	precomputed calibrate kick-the-tires completions image clean

help:
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

deps: ## Check for Swift, pkg-config, libcurl, libyaml, openssl and gnuplot; install what is missing, or say how.
	@command -v $(SWIFT) > /dev/null 2>&1 || { \
	  echo "Swift is not installed; get 6.3 or later from https://www.swift.org/install and put it on PATH." >&2; \
	  exit 1; \
	}
	@missing() { \
	  if command -v pkg-config > /dev/null 2>&1; then \
	    pkg-config --exists libcurl || echo libcurl4-openssl-dev; \
	    pkg-config --exists yaml-0.1 || echo libyaml-dev; \
	  else \
	    echo pkg-config libcurl4-openssl-dev libyaml-dev; \
	  fi; \
	  command -v openssl > /dev/null 2>&1 || echo openssl; \
	  gnuplot -e 'set terminal pdfcairo' > /dev/null 2>&1 || echo gnuplot-nox fonts-dejavu-core; \
	}; \
	packages=$$(missing | tr '\n' ' ' | sed 's/ *$$//'); \
	[ -n "$$packages" ] || exit 0; \
	if ! command -v apt-get > /dev/null 2>&1; then \
	  echo "These packages are missing, by their Debian names: $$packages; there is no apt-get here, so install" \
	    "them with your system's package manager." >&2; \
	  exit 1; \
	elif [ "$$(id -u)" -eq 0 ]; then as_root=; \
	elif sudo -n true > /dev/null 2>&1; then as_root='sudo -n'; \
	else \
	  echo "Packages are missing; run: sudo apt-get install -y --no-install-recommends $$packages" >&2; \
	  exit 1; \
	fi; \
	apt() { $$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$$@"; }; \
	install() { apt install --no-install-recommends $$packages; }; \
	echo "Installing $$packages"; \
	install > /dev/null 2>&1 || { apt update && install; } || { \
	  echo "apt-get could not install $$packages; its own words are above." >&2; \
	  exit 1; \
	}; \
	[ -z "$$(missing)" ] || { echo "Still missing after the installation:" $$(missing) >&2; exit 1; }

build: deps ## Build every program, optimised, into .build/release.
	@$(SWIFT) build -c release $(STRICT)

# One program, with no more than it needs: those that simulate and draw are built in a fraction of the time.
built-%: deps
	@$(SWIFT) build -c release $(STRICT) --product $*

# Tests that talk over real sockets and wait for real processes come after the others, one at a time, so that no
# simulation takes the processor from them.
test: deps ## Build and run all tests.
	@$(SWIFT) build --build-tests $(STRICT)
	@SWIFT_BACKTRACE=enable=no $(SWIFT) test --skip-build $(STRICT) --skip '$(REAL_TIME_TESTS)'
	@SWIFT_BACKTRACE=enable=no $(SWIFT) test --skip-build $(STRICT) --no-parallel --filter '$(REAL_TIME_TESTS)'

lint: ## Check layout and doc comments; a finding is an error.
	@$(SWIFT) format lint --strict --configuration .swift-format -r $(FORMATTED)

format: ## Lay the sources out anew, in place.
	@$(SWIFT) format format --in-place --configuration .swift-format -r $(FORMATTED)

bench: build ## Measure the simulation: events per second, the whole sweep, a million requests (a few minutes).
	@$(PROGRAMS)/benchmark --commit "$$(git describe --always --dirty 2> /dev/null || echo unknown)"
	@$(PROGRAMS)/benchmark-live

figure7: built-reproduce ## Run the 15 cold-start settings, draw figs/figure7.{pdf,svg,csv,gp}, compare with the paper.
	@$(PROGRAMS)/reproduce figure7

figure9: built-reproduce ## Run the 36 end-to-end settings with eight seeds each, draw figs/figure9.*, compare with the paper.
	@$(PROGRAMS)/reproduce figure9

figure11: built-reproduce ## Run four systems at CV 8 and 0.6 requests/s, draw figs/figure11.*, compare with the paper.
	@$(PROGRAMS)/reproduce figure11

figure13: built-reproduce ## Run Serverless vLLM and HydraServe at CV 8 and 0.6 requests/s, draw figs/figure13*, compare.
	@$(PROGRAMS)/reproduce figure13

all: built-reproduce ## Run all 51 settings and draw Figures 7, 9, 11 and 13; settings that have a result are kept.
	@$(PROGRAMS)/reproduce all

precomputed: built-reproduce ## Compute anew the results that come with the toolkit (results/precomputed), all 51 settings.
	@$(PROGRAMS)/reproduce all --precomputed --force

calibrate: built-calibrate ## Fit the ten stage constants to the paper's 60 cold starts; print them and their errors.
	@$(PROGRAMS)/calibrate

claims: built-reproduce ## Check the paper's claims against your results or the precomputed ones; write figs/claims.{md,json,html}.
	@$(PROGRAMS)/reproduce claims

report: built-reproduce ## Write figs/report.html: claims, figures, timelines and provenance on one page.
	@$(PROGRAMS)/reproduce report

pictures: built-figure-breakdown built-figure-slo-scale built-figure-cdf ## Draw figs/figure-breakdown.*, figure-slo-scale.* and figure-cdf.*.
	@$(PROGRAMS)/figure-breakdown
	@$(PROGRAMS)/figure-slo-scale
	@$(PROGRAMS)/figure-cdf

# Results and figures go to a folder of their own, with copies of the paper's numbers and the precomputed results. Of
# each experiment two settings are run; the figures and the claims take the others from the precomputed results.
kick-the-tires: built-reproduce built-figure9 built-figure11 ## Two settings of each experiment, all figures merged with precomputed results, and verdicts.
	@rm -rf $(TIRES) && mkdir -p $(TIRES)/results && cp -R results/paper results/precomputed $(TIRES)/results/
	@for run in "figure7 --only serverless_vllm,hydraserve --backend a10" figure13; do \
	  $(PROGRAMS)/reproduce $$run --results $(TIRES)/results --figs $(TIRES)/figs > $(TIRES)/tables.txt || exit 1; \
	done
	@for figure in figure9 figure11; do \
	  $(PROGRAMS)/$$figure --quiet --results $(TIRES)/results --figs $(TIRES)/figs > $(TIRES)/tables.txt || exit 1; \
	done
	@$(PROGRAMS)/reproduce claims --quiet --results $(TIRES)/results --figs $(TIRES)/figs \
	  && echo "PASS: every claim that can be checked without a GPU holds. Look at $(TIRES)/figs." \
	  || { echo "FAIL: a claim does not hold; the lines above say which."; exit 1; }
	@echo "The rest: make all takes under a minute now, make report a few seconds, make test a few minutes."

COMPLETIONS := .build/completions
completions: build ## Write completions for bash, zsh and fish into .build/completions, and say how to use them.
	@mkdir -p $(COMPLETIONS)/bash $(COMPLETIONS)/zsh $(COMPLETIONS)/fish
	@for program in $$(find $(PROGRAMS)/ -maxdepth 1 -type f -perm -u+x ! -name '*.*' ! -name 'benchmark*' ! -name 'generate-*' -printf '%f\n'); do \
	  $(PROGRAMS)/$$program --generate-completion-script bash > $(COMPLETIONS)/bash/$$program || exit 1; \
	  $(PROGRAMS)/$$program --generate-completion-script zsh > $(COMPLETIONS)/zsh/_$$program || exit 1; \
	  $(PROGRAMS)/$$program --generate-completion-script fish > $(COMPLETIONS)/fish/$$program.fish || exit 1; \
	done
	@echo 'bash: for file in $(abspath $(COMPLETIONS))/bash/*; do . "$$file"; done'
	@echo 'zsh:  fpath+=($(abspath $(COMPLETIONS))/zsh); autoload -U compinit; compinit'
	@echo 'fish: set -p fish_complete_path $(abspath $(COMPLETIONS))/fish'

image: ## Build the container image that sweeps on a cluster run (podman or docker); IMAGE=NAME names it.
	@for engine in podman docker; do \
	  if command -v "$$engine" > /dev/null 2>&1; then exec "$$engine" build -f Containerfile -t "$(IMAGE)" .; fi; \
	done; \
	echo "Neither podman nor docker is installed; install one of them to build the image." >&2; exit 1

clean: ## Remove what was built and your own runs; figures, precomputed results and the paper's numbers stay.
	rm -rf .build results/runs results/sweeps
