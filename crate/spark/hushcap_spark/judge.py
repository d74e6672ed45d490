"""Rows of tuples → verdicts, in the Python workers."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .core import MEMORY, Core, CoreTrap, Module
from .join import KEY

# Rows of one kind that are kept of a tuple, the earliest: with more connections than that a verdict does not change for a
# reader, and a task must hold them.
ROWS = 100_000

# Tuples that may end an instance in one batch before the task gives up.
TRAPS = 100


class Judge:
    """What a task needs to judge: travels from the driver to the workers."""

    def __init__(self, wasm, compiled, configuration, memory=MEMORY, rows=ROWS):
        """`wasm` and `compiled` are broadcast: the module, and the driver's machine code of it."""
        self.wasm, self.compiled, self.configuration = wasm, compiled, configuration
        self.memory, self.rows = memory, rows

    def core(self, skip=()):
        """An instance that leaves these tuples out."""
        module = Module.load(self.wasm.value, self.compiled and self.compiled.value)
        core = Core(module, self.memory)
        if self.configuration is not None:
            core.json("configure", self.configuration | {"skip": list(skip)})
        return core

    def verdicts(self, batches):
        """Verdicts of rows that are sorted by tuple."""
        return Task(self).run(batches)

    def told(self, batches):
        """Verdicts whose host has other flagged destinations, with that among their evidence."""
        core = self.core()
        for batch in batches:
            yield core.batch("tell_hosts", batch).select(batch.schema.names)

    def answers(self, batches):
        """Answers to questions about ports, names and services."""
        core = self.core()
        for batch in batches:
            yield core.batch("traits", batch)


class Task:
    """One task: whole tuples go to the core; the last of a batch waits for the rest of its rows."""

    def __init__(self, judge):
        self.judge, self.core = judge, judge.core()
        self.open, self.counts, self.left_out = [], {}, 0

    def run(self, batches):
        for batch in batches:
            if batch.num_rows == 0:
                continue
            start = _last_tuple(batch)
            if self.open and not _same(self.open[0], batch):
                yield from self._close()
            if start == 0:
                self._keep(batch)
                continue
            head = batch.slice(0, start)
            if self.open:
                end = _first_tuple(head)
                self._keep(head.slice(0, end))
                yield from self._close()
                head = head.slice(end)
            if head.num_rows:
                yield from self._judge(head)
            self._keep(batch.slice(start))
        if self.open:
            yield from self._close()

    def _keep(self, batch):
        """Holds rows of the open tuple, as many of each kind as are kept."""
        kinds = batch.column("kind").to_numpy()
        for kind in np.unique(kinds):
            rows = batch.filter(pa.array(kinds == kind)) if (kinds != kind).any() else batch
            have = self.counts.get(kind, 0)
            room = max(self.judge.rows - have, 0)
            if room:
                self.open.append(rows.slice(0, room))
            self.left_out += max(rows.num_rows - room, 0)
            self.counts[kind] = min(have + rows.num_rows, self.judge.rows)

    def _close(self):
        """Judges the open tuple."""
        table = pa.Table.from_batches(self.open).combine_chunks()
        left_out, key = self.left_out, self.open[0]
        self.open, self.counts, self.left_out = [], {}, 0
        yield from self._judge(table.to_batches()[0])
        if left_out:
            yield _note(self.schema, key, "tuple_rows_left_out", left_out)

    def _judge(self, batch):
        skip = []
        while True:
            try:
                verdicts = self.core.batch("judge", batch)
                break
            except CoreTrap as trap:
                # The instance is of no use any more, and whatever it was doing is lost: all but the tuple is done again.
                if not trap.tuple or trap.tuple in skip or len(skip) >= TRAPS:
                    raise
                skip.append(trap.tuple)
                self.core = self.judge.core(skip)
        self.schema = verdicts.schema
        yield verdicts
        for tuple_ in skip:
            yield _note(self.schema, _row_of(batch, tuple_), "tuple_that_ended_the_core", 1)
        if skip:
            self.core = self.judge.core()


def _key(batch, row):
    return tuple(batch.column(name)[row].as_py() for name in KEY)


def _same(a, b):
    return _key(a, 0) == _key(b, 0)


def _differs(batch, row):
    """Whether each row is of another tuple than this one."""
    differs = np.zeros(batch.num_rows, dtype=bool)
    for name in KEY:
        equal = pc.equal(batch.column(name), batch.column(name)[row])
        differs |= ~equal.to_numpy(zero_copy_only=False)
    return differs


def _last_tuple(batch):
    """Where the rows of the last tuple begin."""
    differs = np.flatnonzero(_differs(batch, batch.num_rows - 1))
    return int(differs[-1]) + 1 if len(differs) else 0


def _first_tuple(batch):
    """Where the rows of the first tuple end."""
    differs = np.flatnonzero(_differs(batch, 0))
    return int(differs[0]) if len(differs) else batch.num_rows


def _row_of(batch, name):
    """The first row of the tuple of this name."""
    for row in range(batch.num_rows):
        if " ".join(str(part) for part in _key(batch, row)) == name:
            return batch.slice(row, 1)
    raise KeyError(name)


def _note(schema, key, kind, count):
    """A row that counts what could not be used."""
    told = dict(zip(KEY, _key(key, 0), strict=True)) | {"note": kind, "count": count}
    return pa.RecordBatch.from_pylist([told], schema=schema)
