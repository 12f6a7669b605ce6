"""What an experiment is; importable without PyTorch and without Streamlit."""
