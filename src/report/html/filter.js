(function () {
  window.addEventListener('beforeprint', function () {
    document.querySelectorAll('details').forEach(function (part) { part.open = true; });
  });
  var place = document.getElementById('filter-place');
  if (!place) return;
  var input = document.createElement('input');
  input.id = 'filter';
  input.type = 'search';
  input.placeholder = 'Show only findings that contain ...';
  input.setAttribute('aria-label', input.placeholder);
  place.appendChild(input);
  input.addEventListener('input', function () {
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    document.querySelectorAll('details.check').forEach(function (check) {
      var head = check.querySelector('summary').textContent.toLowerCase(), shown = 0;
      check.querySelectorAll('tbody tr').forEach(function (row) {
        var text = head + ' ' + row.textContent.toLowerCase();
        row.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
        if (!row.hidden) shown++;
      });
      check.hidden = shown === 0;
      if (words.length) check.open = shown > 0;
    });
  });
})();
