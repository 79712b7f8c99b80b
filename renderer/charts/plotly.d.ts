declare module 'plotly.js/dist/plotly-strict.min.js' {
  const plotly: import('./load-plotly.ts').Plotly;
  export default plotly;
}
