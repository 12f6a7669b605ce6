# See docs/deploying.md.
FROM python:3.11-slim-bookworm

# Address of an index with PyTorch's CPU builds; without it the ordinary build is installed.
ARG TORCH_INDEX=""

WORKDIR /app
COPY requirements.txt .
RUN if [ -n "$TORCH_INDEX" ]; then \
        pip install --no-cache-dir --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.txt)"; \
    fi \
    && pip install --no-cache-dir -r requirements.txt

COPY .streamlit .streamlit
COPY app.py LICENSE NOTICE ./
COPY assets assets
COPY core core
COPY pages pages

RUN useradd --system --create-home lab && mkdir /results && chown lab /results && chmod 700 /results
USER lab
ENV LAB_STORE=/results PYTHONDONTWRITEBYTECODE=1
VOLUME /results
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501", "--server.headless", "true"]
