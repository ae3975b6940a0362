"""Files to read: found, named, decoded, unpacked, each within bounds and under one guard."""
