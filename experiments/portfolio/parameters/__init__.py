"""The parameters of the simulation, by section."""

from experiments.portfolio.parameters.reading import Parameters, read_parameters

__all__ = ["Parameters", "read_parameters"]
