"""The inner loops, compiled once and kept on disk. No `fastmath`: NaN is data here.

Importing a kernel compiles it in the first process and loads it from numba's cache in all later ones
(`NUMBA_CACHE_DIR`, by default `__pycache__`); where nothing can be written each process compiles for itself.
Every kernel releases the interpreter lock, so batches run on plain threads.

How the arrays are read (what they hold stands in `TreeEnsemble.walked`, `Program.coding`, `Program.lookup`):

- Everything is contiguous and read-only, in the order in which the loops need it, so one account costs one
  pass over `tests`, `uppers` and `groups` and one read of each group's table row.
- Indices into large arrays are unsigned (`np.uint64`): for a signed index numba first asks whether it is
  negative, which costs more than the read.
- Nothing is checked against the length of an array: `TreeEnsemble` and `Program` do that when they are made.

Inlined helpers stand in the file of the kernels that use them: numba's cache notices changes there only.
"""
