# Unbuilt: no Docker engine runs where this was written.
FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-fas && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN pip install --no-cache-dir -c constraints.txt '.[ocr,oidc]' && useradd --create-home samanyar && mkdir /data && chown samanyar /data
USER samanyar
ENV SAMANYAR_HOME=/data SAMANYAR_AUTH=on
EXPOSE 8000
CMD ["samanyar", "serve", "--host", "0.0.0.0"]
