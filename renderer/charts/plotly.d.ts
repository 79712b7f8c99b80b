declare module 'plotly.js/dist/plotly-strict.min.js' {
  const plotly: import('./load-plotly.ts').Plotly;
  // biome-ignore lint/style/noDefaultExport: this is how plotly exports itself
  export default plotly;
}
