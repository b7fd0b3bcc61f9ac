// Sends the browser on to the LMS at once; without JavaScript the button of the same form does it.
document.querySelector("form[data-send-on]").requestSubmit();
