"""The model bundle: what training hands over and serving verifies. Text, JSON, parquet; no pickle."""

from serving.model.bundle.disk import identity, load, save
from serving.model.bundle.model import ModelBundle
from serving.model.bundle.store import BundleStore, Pointer

__all__ = ["BundleStore", "ModelBundle", "Pointer", "identity", "load", "save"]
