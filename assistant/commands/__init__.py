"""The commands of the assistant that hold more than a line, and the assistant opened as the settings say."""
