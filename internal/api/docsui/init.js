// Shows the document of this server. Nothing is asked of any other server.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayOperationId: true,
  validatorUrl: null,
  docExpansion: "none",
  persistAuthorization: false,
});
