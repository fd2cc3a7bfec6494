# syntax=docker/dockerfile:1
@HEADER@

FROM python:3.13-slim AS build
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
# The packages are installed again only when the list of them changes.
COPY requirements.txt ./
RUN pip install --no-cache-dir --requirement requirements.txt

FROM python:3.13-slim
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
@ARGUMENTS@
COPY --from=build /venv /venv
COPY . .
USER @USER@
EXPOSE @PORT@
CMD @COMMAND@
