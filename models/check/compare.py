#!/usr/bin/env python3
"""Fits scikit-learn's forest and the XGBoost library to the splits of the protocol and compares them with ours.

A check by hand; nothing of the build or of the tests depends on it. Versions it was written with:

    python3 -m venv /tmp/learners && /tmp/learners/bin/pip install scikit-learn==1.9.1 xgboost==3.2.0 numpy==2.4.6
    cargo run -p models --release -- splits --corpus DIR --out /tmp/splits
    cargo run -p models --release -- evaluate --corpus DIR --scores /tmp/scores
    /tmp/learners/bin/python models/check/compare.py /tmp/splits /tmp/scores

The settings are those of the models that ship, as far as the libraries have them: a forest of 150 trees of depth 8, 5 rows a
leaf, 4 candidates a split, rows drawn with replacement; boosting of 300 trees of depth 2, rate 0.025, 70 % of the rows and half of the
columns a tree. XGBoost seeks the best threshold of a column and cannot draw it, so that it stands beside "boosting, best
thresholds". Same rows, same weights, same columns, same folds, same thresholds: only the learner differs.
"""

import csv
import json
import math
import sys
from pathlib import Path

import numpy
from sklearn.ensemble import RandomForestRegressor
from xgboost import XGBClassifier

ASIDE = {
    "n_records", "dur_mean", "dur_std", "dur_out_of_std_ratio",
    "orig_bytes_total", "resp_bytes_total", "resp_pkts_total", "orig_pkts_total",
}
MALWARE = {"c2", "delivery", "abused-legit", "decoy", "tor-relay"}
NATURAL = {"tier-A", "background"}


def forest(seed):
    return RandomForestRegressor(
        n_estimators=150, max_depth=8, min_samples_leaf=5, min_samples_split=10, max_features=4, random_state=seed, n_jobs=2
    )


def boosting(seed):
    return XGBClassifier(
        n_estimators=300, max_depth=2, learning_rate=0.025, reg_lambda=1, min_child_weight=5, subsample=0.7,
        colsample_bytree=0.5, tree_method="exact", random_state=seed, n_jobs=2,
    )


LEARNERS = {"scikit-learn's forest": forest, "XGBoost": boosting}
OURS = {"forest37": "forest37", "boost37": "boost37", "boosting, best thresholds": "boosting,-best-thresholds"}


class Corpus:
    def __init__(self, folder):
        with open(folder / "rows.tsv", newline="") as file:
            lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            header, rows = next(lines), list(lines)
        first = header.index("n_records")
        columns = [place for place in range(first, first + 37) if header[place] not in ASIDE]
        self.values = numpy.array([[float(row[place]) for place in columns] for row in rows])
        self.role, self.origin, self.answered, self.family, self.capture = zip(*(row[:5] for row in rows))
        self.malware = numpy.array([role in MALWARE for role in self.role])

    def is_c2(self, row):
        return self.role[row] == "c2" and self.origin[row] == "capture"

    def is_natural(self, row):
        return self.role[row] in NATURAL


def tasks(folder):
    csv.field_size_limit(sys.maxsize)
    with open(folder / "splits.tsv", newline="") as file:
        for task in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            kept = [pair.split(":") for pair in task["kept"].split()]
            rows = numpy.array([int(row) for row, _ in kept])
            weights = numpy.array([float(weight) for _, weight in kept])
            yield task, rows, weights, numpy.array([int(row) for row in task["asked"].split()])


def fit(corpus, make, folder, seed):
    """Parts by protocol and name: scores of malware, of benign tuples, and of those that set the threshold."""
    parts = {}
    for task, rows, weights, asked in tasks(folder):
        model = make(seed)
        labels = corpus.malware[rows]
        if isinstance(model, XGBClassifier):
            model.fit(corpus.values[rows], labels.astype(int), sample_weight=weights)
            scores = model.predict_proba(corpus.values[asked])[:, 1]
        else:
            # smartcore draws rows by their weights; scikit-learn draws them evenly and weighs them.
            model.fit(corpus.values[rows], labels.astype(float), sample_weight=weights)
            scores = model.predict(corpus.values[asked])
        part = parts.setdefault((task["protocol"], task["part"]), {"malware": [], "benign": [], "calibration": []})
        for row, score in zip(asked, scores):
            scored = (row, float(score) if corpus.answered[row] == "1" else -1.0)
            if task["purpose"] != "judge" and corpus.is_natural(row):
                part["calibration"].append(scored)
            if task["purpose"] != "calibrate":
                part["malware" if corpus.malware[row] else "benign"].append(scored)
    for part in parts.values():
        part["benign"] = part["benign"] or part["calibration"]
    return parts


def ours(folder, name, protocol):
    """Parts that `models evaluate --scores` kept, for the seed 1."""
    (path,) = folder.glob(f"{name}.{protocol.replace(' ', '-')}.1.*.json")
    pairs = lambda scored: [(entry["row"], entry["score"]) for entry in scored]
    return [{kind: pairs(part[kind]) for kind in ("malware", "benign", "calibration")} for part in json.loads(path.read_text())]


def threshold(scores, rate):
    scores = sorted(scores, reverse=True)
    refused = scores[math.floor(rate * len(scores))]
    above = min((score for score in scores if score > refused), default=1.0)
    return (refused + above) / 2 if above > refused else 1.0 + 2.3e-16


def measures(corpus, parts):
    won = count = one = half = 0
    for part in parts:
        natural = numpy.sort([score for row, score in part["benign"] if corpus.is_natural(row)])
        limits = [threshold([score for _, score in part["calibration"]], rate) for rate in (0.01, 0.005)]
        for row, score in part["malware"]:
            if corpus.is_c2(row):
                below, upto = numpy.searchsorted(natural, score, "left"), numpy.searchsorted(natural, score, "right")
                won += (below + upto) / (2 * len(natural))
                count, one, half = count + 1, one + (score >= limits[0]), half + (score >= limits[1])
    return won / count, one, half, count


def main():
    splits, scores = map(Path, sys.argv[1:3])
    corpus = Corpus(splits)
    runs = {name: fit(corpus, make, splits, 1) for name, make in LEARNERS.items()}
    print("| learner | protocol | AUC | C2 at 1 % | at 0.5 % |\n|--|--|--:|--:|--:|")
    for protocol in ("random split", "by source", "by time", "by family"):
        for name, kept in OURS.items():
            show(corpus, name, protocol, ours(scores, kept, protocol))
        for name, run in runs.items():
            show(corpus, name, protocol, [part for (other, _), part in run.items() if other == protocol])


def show(corpus, name, protocol, parts):
    auc, one, half, count = measures(corpus, parts)
    print(f"| {name} | {protocol} | {auc:.3f} | {one} of {count} | {half} of {count} |")


if __name__ == "__main__":
    main()
