// Where a row of links is wider than a phone, the page that one is at is in sight.
for (const here of document.querySelectorAll('nav [aria-current]')) {
  const nav = here.closest('nav');
  const [link, row] = [here.getBoundingClientRect(), nav.getBoundingClientRect()];
  nav.scrollLeft += link.left + link.width / 2 - (row.left + row.width / 2);
}
