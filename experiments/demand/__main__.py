"""`make demand`: the demand model on the JD contest tables, out of time and by cross-validation."""

import argparse
import time
from pathlib import Path

from experiments.demand import figures, plots, study
from experiments.demand.features import LoanTables
from experiments.demand.folds import tune
from experiments.demand.settings import DEFAULT, DemandSettings, load_settings
from features import cli, paths
from features.adapters import jd_loan_demand
from features.provenance import git_revision, peak_rss_mb
from training.evaluation.metrics import Interval
from training.reporting.console import Stages, table
from training.reporting.report import write_to

Report = dict[str, str | int | float | bool | None]


def run(settings: DemandSettings) -> Report:
    """The whole experiment; writes `var/reports/demand.json` and its plots."""
    started, stages = (time.perf_counter(), time.process_time()), Stages()
    with stages.stage("tables", "tables of the contest"):
        loans = jd_loan_demand.prepare()
        tables = LoanTables.read(loans.store)
    stages.print_notes(loans.notes)
    found, report = measure(tables, settings, stages)
    report |= {
        "wall_seconds": time.perf_counter() - started[0],
        "cpu_seconds": time.process_time() - started[1],
        "peak_rss_mb": peak_rss_mb(),
        "git_revision": git_revision(),
        "data_fingerprint": loans.store.fingerprint,
    }
    write_to(paths.reports() / "demand.json", report)
    draw(found, report)
    stages.console.print(table("Credit demand next month, jd_loan_demand", shown(report)))
    return report


def measure(
    tables: LoanTables, settings: DemandSettings, stages: Stages
) -> tuple[study.OutOfTimeResult, Report]:
    """Tunes, tests out of time and cross-validates, with a progress bar a stage."""
    with stages.stage("tuning", "tuning within October") as bar:
        train = study.october_sample(tables, settings)
        tuned = tune(train.rows, settings, bar)
    with stages.stage("out_of_time", "October's model, tested on November"):
        found = study.out_of_time(tables, train, tuned, settings)
    with stages.stage("within_november", "cross-validation by user within November") as bar:
        predicted, observed = study.within_november(tables, tuned, settings, bar)
    with stages.stage("demographics", "with age and sex, for comparison"):
        wider = study.out_of_time_with_demographics(tables, tuned, settings)
    return found, {
        "config": "demand",
        "n_users": len(found.log_amount),
        "n_features": len(found.names),
        **figures.out_of_time(found, settings.bootstrap, settings.seed),
        **figures.both(predicted, observed, "within_november_"),
        **figures.both(wider.predicted, wider.log_amount, "with_demographics_"),
        "october_cv_rmse_log5_amount": min(tuned.rmse),
        **{f"tuned_{name}": value for name, value in tuned.boosting.model_dump().items()},
        **{f"rounds_{name}": value for name, value in tuned.rounds.items()},
    }


def draw(found: study.OutOfTimeResult, report: Report) -> None:
    """The plots beside the report."""
    folder = paths.reports() / "demand"
    interval = Interval(float(str(report["auc_any_loan_ci_low"])), float(str(report["auc_any_loan_ci_high"])))
    plots.roc(folder / "roc.png", found.predicted, found.log_amount, interval)
    plots.calibration(folder / "calibration.png", found.predicted, found.log_amount)
    plots.importance(folder / "importance.png", found.names, found.model.gain())


def shown(report: Report) -> dict[str, str]:
    """The rows of the end table."""
    return {
        "users, features (without demographics)": f"{report['n_users']:,}, {report['n_features']}",
        "October → November: AUC, any loan": _interval(report, "auc_any_loan"),
        "October → November: RMSE, log5 amount": _interval(report, "rmse_log5_amount"),
        "  without recalibration of the level: RMSE": f"{report['unanchored_rmse_log5_amount']:.4f}",
        "  on a record as short as October's: AUC, RMSE": _pair(report, "capped_record_"),
        "  with age and sex: AUC, RMSE": _pair(report, "with_demographics_"),
        "within November, cross-validated by user: AUC, RMSE": _pair(report, "within_november_"),
        "share with any loan, predicted": f"{report['mean_any_loan_predicted']:.2%}",
        "share with any loan, observed": f"{report['mean_any_loan']:.2%}",
        "wall time, processor time": f"{report['wall_seconds']:.0f} s, {report['cpu_seconds']:.0f} s",
        "peak memory": f"{report['peak_rss_mb']:.0f} MB",
        "report and plots": str(paths.reports() / "demand.json"),
    }


def _interval(report: Report, name: str) -> str:
    return f"{report[name]:.4f}  ({report[f'{name}_ci_low']:.4f} to {report[f'{name}_ci_high']:.4f})"


def _pair(report: Report, prefix: str) -> str:
    return f"{report[f'{prefix}auc_any_loan']:.4f}, {report[f'{prefix}rmse_log5_amount']:.4f}"


def main() -> None:
    """Command line of `make demand`."""
    parser = argparse.ArgumentParser(prog="experiments.demand", description=__doc__)
    parser.add_argument("--settings", type=Path, default=DEFAULT, help="TOML with the settings")
    run(load_settings(parser.parse_args().settings))


if __name__ == "__main__":
    cli.run(main)
