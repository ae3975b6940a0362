"""An index in Milvus: the engine that search asks, and the writer that builds into it."""
