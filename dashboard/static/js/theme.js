// Light or dark by switch; a cookie keeps it, so that the server draws the next page right at once.
const root = document.documentElement;
const dark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches);

document.querySelector('[data-theme-switch]')?.addEventListener('click', () => {
  root.dataset.theme = dark() ? 'light' : 'dark';
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
});
