"""What both doors share: who asks, how often, how it is counted, how errors look."""
