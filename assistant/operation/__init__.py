"""What whoever runs it needs: what is asked, and asked in vain, pinned answers, settings, the doctor."""
