# syntax=docker/dockerfile:1
@HEADER@
# Next.js needs `output: "standalone"` in its configuration: then the build holds its own server, and only
# those modules that it uses.

FROM node:24-alpine AS build
WORKDIR /app
# The modules are installed again only when the list of them changes.
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
@ARGUMENTS@
ENV NEXT_TELEMETRY_DISABLED=1
# A project without public files has no such folder.
RUN npm run build && mkdir -p public

FROM node:24-alpine
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOSTNAME=0.0.0.0 PORT=@PORT@
COPY --from=build --chown=@USER@ /app/.next/standalone ./
COPY --from=build --chown=@USER@ /app/.next/static ./.next/static
COPY --from=build --chown=@USER@ /app/public ./public
USER @USER@
EXPOSE @PORT@
CMD ["node", "server.js"]
