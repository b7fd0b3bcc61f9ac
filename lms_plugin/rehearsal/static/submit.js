// Sends the browser onward at once; without JavaScript the button of the same form does it.
document.getElementById("onward").submit();
