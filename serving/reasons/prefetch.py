"""Asks memory for a value ahead of need: numba has no word for it, LLVM has (`llvm.prefetch`).

A decision reads some thousand table entries that lie far apart; asked for one after the other they cost three
times as much as asked for ahead.
"""

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic
def prefetch(_typing: Any, array: Any, index: Any) -> Any:
    """Inside a kernel: a hint that `array[index]` (one-dimensional) will soon be read."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        address = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        name = "llvm.prefetch.p0"
        function = cgutils.get_or_insert_function(builder.module, kind, name)  # type: ignore[no-untyped-call]
        reading, keep, data_cache = word(0), word(3), word(1)
        builder.call(function, [address, reading, keep, data_cache])
        return context.get_dummy_value()

    return types.void(array, index), generate
