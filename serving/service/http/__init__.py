"""Between the network and a decision: sizes, shapes, names, and what is told when they are wrong."""
