"""Who answers, and the threads in which that is done."""
