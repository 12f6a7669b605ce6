# See docs/deploying.md. tests/test_container.py carries out the steps that need no network.
FROM python:3.11.16-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b

# Address of an index with PyTorch's CPU builds; without it the ordinary build is installed.
ARG TORCH_INDEX=""

WORKDIR /app
COPY requirements.txt constraints.txt ./
RUN if [ -n "$TORCH_INDEX" ]; then \
        pip install --no-cache-dir --no-deps --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.txt)"; \
    fi \
    && pip install --no-cache-dir -c constraints.txt -r requirements.txt

COPY .streamlit .streamlit
COPY app.py LICENSE NOTICE ./
COPY assets assets
COPY core core
COPY pages pages

# A number, so that a host that forbids root can tell; nobody of that number exists elsewhere.
RUN mkdir /results && chown 10001:10001 /results && chmod 700 /results
USER 10001:10001
ENV LAB_STORE=/results HOME=/tmp PYTHONDONTWRITEBYTECODE=1
VOLUME /results
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"]
