"""What later works found about residual networks: their questions, the measurements that show it, and their claims."""
