"""Two instructions that numba does not offer by name: population count and prefetch."""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

__all__ = ["popcount", "prefetch"]

_READ, _KEEP, _DATA = 0, 3, 1
"""Arguments of llvm.prefetch: for reading, into all cache levels, the data cache."""


def _popcount(_context: object, _value: object) -> tuple[Any, Any]:
    def generate(_context: object, builder: Any, _signature: object, args: Any) -> object:  # noqa: ANN401
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), generate


def _prefetch(_context: object, array: Any, _index: object) -> tuple[Any, Any]:  # noqa: ANN401
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> object:  # noqa: ANN401
        view = context.make_array(signature.args[0])(context, builder, args[0])
        byte = ir.IntType(8).as_pointer()
        word = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        insert: Callable[..., Any] = cgutils.get_or_insert_function
        function = insert(builder.module, kind, "llvm.prefetch.p0")
        address = builder.bitcast(builder.gep(view.data, [args[1]]), byte)
        builder.call(function, [address, word(_READ), word(_KEEP), word(_DATA)])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


popcount: Callable[..., Any] = intrinsic(_popcount)
"""Count the bits of a uint64. Only inside compiled code."""
prefetch: Callable[..., Any] = intrinsic(_prefetch)
"""Ask for the cache line of array[index] (1-d, C order) without waiting. Only inside compiled code."""
