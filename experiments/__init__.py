"""Questions and answers: configs, the simulated portfolio, backtests, benchmarks, reports."""
