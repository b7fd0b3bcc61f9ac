// The frame beside a tool that keeps its data, as Canvas has one; it answers the tools of its own page only.
window.practiceAnswering(window.practiceStorage, (source) => source !== null && source.parent === window.parent);
