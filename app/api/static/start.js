// Starts Swagger UI on the server's own document; no address but this server's is asked.
SwaggerUIBundle({
  dom_id: "#explorer",
  url: "/api/v1/openapi.json",
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  docExpansion: "none",
  validatorUrl: null,
});
