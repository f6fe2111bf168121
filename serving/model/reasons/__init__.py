"""Why a score is what it is: exact reasons by theme, compiled when training, looked up when deciding."""
