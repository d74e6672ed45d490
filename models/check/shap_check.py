#!/usr/bin/env python3
"""Compares the program's explanations with those of the `shap` package.

A check by hand; nothing of the build or of the tests depends on it. Versions it was written with:

    python3 -m venv /tmp/shap && /tmp/shap/bin/pip install shap==0.51.0 numpy==2.4.6
    cargo build --release -p hushcap
    /tmp/shap/bin/python models/check/shap_check.py

It reads every artefact with a reader of its own, analyses the project's own samples by the command line, and explains
the same rows by path-dependent TreeSHAP (Lundberg's C code). It prints the greatest difference a model, and fails
beyond 1e-9.
"""

import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy
import shap

HOME = Path(__file__).resolve().parents[2]
SAMPLES = sorted((HOME / "tests/fixtures").glob("*.pcap"))
LIMIT = 1e-9


class Postcard:
    """A reader of postcard's encoding, as far as an artefact uses it."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def double(self):
        return struct.unpack("<d", self.take(8))[0]

    def text(self):
        return self.take(self.number()).decode()

    def flag(self):
        return self.take(1)[0] == 1

    def list(self, item):
        return [item() for _ in range(self.number())]

    def option(self, item):
        return item() if self.flag() else None

    def pair(self):
        return self.double(), self.double()

    def profile(self):
        return self.option(self.pair), self.flag(), self.option(self.pair)

    def node(self):
        if self.number() == 0:
            return (self.number(), self.double(), self.number(), self.number(), self.number())
        return (self.double(), self.number())


def artefact(path):
    data = path.read_bytes()
    assert data[:8] == b"hushcap\0", path
    read = Postcard(data[8:])
    assert read.number() == 2, "format"
    read.text(), read.text()  # name, kind
    space, aggregation = read.number(), read.number()
    bias, _threshold = read.double(), read.double()
    read.text()  # digest of the training table
    features = read.list(read.text)
    read.list(read.profile)
    roots, nodes = read.list(read.number), read.list(read.node)
    assert read.at == len(read.data), "bytes left over"
    return features, (space, aggregation, bias), roots, nodes


def tree(first, nodes, scale):
    """One tree as shap takes it; `nodes` are its own, the first of which has the index `first`."""
    left, right, feature, threshold, value, cover = [], [], [], [], [], []
    for node in nodes:
        if len(node) == 5:
            feature.append(node[0]), threshold.append(node[1])
            left.append(node[2] - first), right.append(node[3] - first)
            value.append([0.0]), cover.append(node[4])
        else:
            feature.append(-2), threshold.append(-2.0), left.append(-1), right.append(-1)
            value.append([node[0] * scale]), cover.append(node[1])
    return {
        "children_left": numpy.array(left, dtype=numpy.int32),
        "children_right": numpy.array(right, dtype=numpy.int32),
        "children_default": numpy.array(left, dtype=numpy.int32),
        "features": numpy.array(feature, dtype=numpy.int32),
        "thresholds": numpy.array(threshold),
        "values": numpy.array(value),
        "node_sample_weight": numpy.array(cover, dtype=numpy.float64),
    }


def explainer(path):
    features, (_space, aggregation, bias), roots, nodes = artefact(path)
    scale = 1 / len(roots) if aggregation == 0 else 1.0
    ends = [*roots[1:], len(nodes)]
    trees = [tree(start, nodes[start:end], scale) for start, end in zip(roots, ends)]
    model = {"trees": trees, "internal_dtype": numpy.float64, "input_dtype": numpy.float64, "base_offset": bias}
    return features, shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")


def reports(name):
    program = HOME / "target/release/hushcap"
    command = [program, "analyze", "--json", "--model", name, *map(str, SAMPLES)]
    return map(json.loads, subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines())


def difference(path):
    features, explain = explainer(path)
    tuples = [entry for report in reports(path.stem) for entry in report["tuples"]]
    known = lambda value: -1.0 if value is None else value
    rows = numpy.array([[known(entry["features"][name]) for name in features] for entry in tuples])
    ours = [{part["feature"]: part["contribution"] for part in entry["explanation"]} for entry in tuples]
    ours = numpy.array([[shares[name] for name in features] for shares in ours])
    theirs = explain.shap_values(rows, check_additivity=False).reshape(ours.shape)
    base = float(numpy.ravel(explain.expected_value)[0])
    bases = max(abs(entry["base"] - base) for entry in tuples)
    assert numpy.abs(ours).max() > 0.01, "nothing was explained"
    return len(tuples), float(numpy.abs(ours - theirs).max()), bases


def main():
    worst = 0.0
    for path in sorted((HOME / "crate/models").glob("*.postcard")):
        count, contributions, base = difference(path)
        print(f"{path.stem}: {count} tuples, contributions differ by at most {contributions:.2e}, base by {base:.2e}")
        worst = max(worst, contributions, base)
    return 0 if worst < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
