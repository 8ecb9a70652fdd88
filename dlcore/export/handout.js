// Draws each chart in its place. Data come as columns; a value that all rows share comes once.
const rowsOf = columns => {
  const names = Object.keys(columns);
  const count = Math.max(0, ...names.map(name => columns[name].rows ?? columns[name].length));
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(names.map(name => [name, columns[name].rows ? columns[name].all : columns[name][i]])));
};
JSON.parse(document.getElementById('charts').textContent).forEach(({ spec, sets }, i) => {
  spec.datasets = Object.fromEntries(Object.entries(sets).map(([name, columns]) => [name, rowsOf(columns)]));
  const many = Object.values(spec.datasets).some(rows => rows.length > 1500); // too many nodes for a printer
  vegaEmbed(`#chart-${i}`, spec, { renderer: many ? 'canvas' : 'svg', actions: false, scaleFactor: many ? 2 : 1 });
});
