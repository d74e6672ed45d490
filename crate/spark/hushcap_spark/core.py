"""The wasm module in a worker: bytes in, bytes out, in a sandbox without imports."""

import hashlib
import importlib.resources
import json
import os
import threading

import pyarrow as pa
import wasmtime

# Bytes of linear memory that an instance may take unless the configuration says otherwise.
MEMORY = 1 << 30


class CoreError(Exception):
    """A call failed; the message is the module's own."""


class CoreTrap(Exception):
    """An instance ended; `tuple` names what it had in hand."""

    def __init__(self, tuple_, reason):
        super().__init__(f"the core ended on {tuple_ or 'no tuple'}: {reason}")
        self.tuple = tuple_
        self.reason = reason


def wasm():
    """The module's bytes: those beside this file, or the file that HUSHCAP_CORE names."""
    path = os.environ.get("HUSHCAP_CORE")
    if path:
        with open(path, "rb") as file:
            return file.read()
    return importlib.resources.files(__package__).joinpath("core.wasm").read_bytes()


class Module:
    """The compiled module. Compiling takes seconds, so a worker does it once, or not at all where the driver's code fits."""

    _lock = threading.Lock()
    _engine = None
    _by_hash = {}

    def __init__(self, engine, module, sha256):
        self.engine, self.module, self.sha256 = engine, module, sha256

    @classmethod
    def engine(cls):
        if cls._engine is None:
            cls._engine = wasmtime.Engine(wasmtime.Config())
        return cls._engine

    @classmethod
    def load(cls, source, compiled=None):
        """The module of these bytes; `compiled` is what another machine made of them, used where it runs here."""
        sha256 = hashlib.sha256(source).hexdigest()
        with cls._lock:
            known = cls._by_hash.get(sha256)
            if known is None:
                engine = cls.engine()
                known = cls(engine, _deserialized(engine, compiled) or wasmtime.Module(engine, source), sha256)
                if known.module.imports:
                    raise CoreError("the module asks for imports: it is not the core")
                cls._by_hash[sha256] = known
        return known

    def serialize(self):
        """Machine code for machines like this one."""
        return bytes(self.module.serialize())


def _deserialized(engine, compiled):
    try:
        return compiled and wasmtime.Module.deserialize(engine, compiled)
    except wasmtime.WasmtimeError:
        # Another version, or a processor without what this code uses.
        return None


class Core:
    """One instance of the module."""

    def __init__(self, module, memory=MEMORY):
        self._store = wasmtime.Store(module.engine)
        self._store.set_limits(memory_size=memory)
        exports = wasmtime.Instance(self._store, module.module, []).exports(self._store)
        self._memory, self._exports = exports["memory"], exports
        # Whoever writes logs must not know how they are hashed; no result depends on it.
        self.call("seed", os.urandom(16))

    def call(self, function, data=b""):
        """Calls a function of the module; its input and output are bytes."""
        store, exports = self._store, self._exports
        try:
            start = exports["reserve"](store, len(data)) & 0xFFFFFFFF
            if data:
                self._memory.write(store, data if isinstance(data, bytearray) else bytearray(data), start)
            failed = exports[function](store)
            start = exports["output"](store) & 0xFFFFFFFF
            end = start + (exports["output_length"](store) & 0xFFFFFFFF)
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            reason = str(error).strip().splitlines()[-1].strip()
            raise CoreTrap(self._in_hand(), reason) from None
        output = self._memory.read(store, start, end)
        if failed:
            raise CoreError(output.decode("utf-8", "replace"))
        return output

    def json(self, function, value=None):
        """The same with JSON for both."""
        output = self.call(function, b"" if value is None else json.dumps(value).encode())
        return json.loads(output) if output else None

    def batch(self, function, batch):
        """The same with a table of one batch each."""
        output = self.call(function, stream(batch))
        return pa.ipc.open_stream(pa.py_buffer(output)).read_next_batch() if output else None

    def _in_hand(self):
        try:
            start = self._exports["in_hand"](self._store) & 0xFFFFFFFF
            length = self._exports["in_hand_length"](self._store) & 0xFFFFFFFF
            return bytes(self._memory.read(self._store, start, start + length)).decode("utf-8", "replace")
        except (wasmtime.Trap, wasmtime.WasmtimeError):
            return ""

    def memory(self):
        """Bytes of its linear memory, which never shrinks."""
        return self._memory.data_len(self._store)


def stream(batch):
    """A batch as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytearray(sink.getvalue())


def described():
    """What the module declares: tables, models, features."""
    return Core(Module.load(wasm())).json("describe")
