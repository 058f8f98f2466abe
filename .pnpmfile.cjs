// openapi-typescript reads TypeScript's own syntax tree, which the project's compiler no longer offers: it gets one that does.
module.exports = {
  hooks: {
    readPackage(manifest) {
      if (manifest.name !== "openapi-typescript") return manifest;
      return {
        ...manifest,
        dependencies: { ...manifest.dependencies, typescript: "5.9.3" },
        peerDependencies: {},
      };
    },
  },
};
