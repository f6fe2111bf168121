"""Two LLVM instructions on memory that numba does not offer, as intrinsics. Arrays are one-dimensional.

`prefetch(array, index)` is a hint that `array[index]` will soon be read: a decision reads some thousand table
entries that lie far apart, which cost three times as much one after the other as when requested ahead.
`eight(array, index)` reads the bytes `array[index]` to `array[index + 7]` as one uint64: a slice and a view
would count references, which cost more than all else in that loop.
"""

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _address(context: Any, builder: Any, signature: Any, arguments: Any, kind: Any) -> Any:
    data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
    return builder.bitcast(builder.gep(data, [arguments[1]]), kind.as_pointer())


def _prefetch(_typing: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, word = ir.IntType(8), ir.IntType(32)
        address = _address(context, builder, signature, arguments, byte)
        kind = ir.FunctionType(ir.VoidType(), [byte.as_pointer(), word, word, word])
        name = "llvm.prefetch.p0"
        function = cgutils.get_or_insert_function(builder.module, kind, name)  # type: ignore[no-untyped-call]
        # Operands of llvm.prefetch: 0 = for reading, 3 = keep in all caches, 1 = the data cache.
        reading, keep, data_cache = word(0), word(3), word(1)
        builder.call(function, [address, reading, keep, data_cache])
        return context.get_dummy_value()

    return types.void(array, index), generate


def _eight(_typing: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        address = _address(context, builder, signature, arguments, ir.IntType(64))
        return builder.load(address, align=1)  # any byte may be the first

    return types.uint64(array, index), generate


prefetch: Any = intrinsic(_prefetch)
eight: Any = intrinsic(_eight)
