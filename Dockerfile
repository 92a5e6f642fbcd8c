# One image for API, worker and migrations:
#   docker build -t engineo .
#   docker run --rm --env-file .env engineo python -m engineo.cli migrate
#   docker run --rm --env-file .env -p 8000:8000 engineo
#   docker run --rm --env-file .env engineo python -m engineo.worker_main
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /build
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY migrations migrations
COPY src src
RUN uv venv /app && uv pip install --python /app/bin/python --no-cache --constraints requirements.lock .

FROM python:3.13-slim
COPY --from=build /app /app
RUN useradd --create-home engineo
USER engineo
WORKDIR /home/engineo
ENV PATH=/app/bin:$PATH ENGINEO_ENV=production PYTHONUNBUFFERED=1
EXPOSE 8000
# exec form: SIGTERM reaches the process itself
CMD ["uvicorn", "--factory", "engineo.api_main:create_app", "--host", "0.0.0.0", "--port", "8000"]
