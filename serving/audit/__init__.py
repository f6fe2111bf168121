"""Independent recomputation of the figures that reasons state, from the rows alone.

Nothing here may import the feature engine or the definitions: a fault there must not be repeated here. What a
figure means is written a second time, from its text, in plain loops over plain rows; clarity before speed.
"""
