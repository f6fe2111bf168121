"""The model bundle: what training hands over and serving verifies. Text, JSON, parquet; no pickle."""

from serving.bundle.disk import identity, load, save
from serving.bundle.model import ModelBundle
from serving.bundle.store import BundleStore, Pointer

__all__ = ["BundleStore", "ModelBundle", "Pointer", "identity", "load", "save"]
