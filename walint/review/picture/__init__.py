"""The resource graph as a picture: nested boxes, laid out by Graphviz, drawn as SVG."""
