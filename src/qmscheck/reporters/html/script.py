"""The only script of the page: searching and filtering. Everything is there and readable without it."""

from __future__ import annotations

from typing import Final

SCRIPT: Final = """
(() => {
  'use strict';
  const form = document.getElementById('filter'), shown = document.getElementById('shown');
  const rows = [], groups = [];
  const collect = () => {
    for (const group of document.querySelectorAll('details.rule')) {
      const head = group.querySelector('summary').textContent.toLowerCase();
      const members = [...group.querySelectorAll('tbody > tr, ul.places > li')].map(element => ({
        element, text: element.textContent.toLowerCase(),
        outcome: element.dataset.outcome || group.dataset.outcome, grade: group.dataset.grade}));
      groups.push({element: group, head, members, open: group.open, reasons: [...group.querySelectorAll('.reason')]});
      rows.push(...members);
    }
    for (const element of document.querySelectorAll('section > .wide tr[data-outcome]'))
      rows.push({element, text: element.textContent.toLowerCase(), outcome: element.dataset.outcome,
        grade: element.dataset.grade, alone: true});
  };
  const fits = (row, wanted, head) => (!wanted.outcome || row.outcome === wanted.outcome)
    && (!wanted.grade || row.grade === wanted.grade)
    && wanted.words.every(word => row.text.includes(word) || head.includes(word));
  const apply = () => {
    if (!rows.length) collect();
    const words = form.elements.text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const wanted = {words, outcome: form.elements.outcome.value, grade: form.elements.grade.value};
    const active = words.length > 0 || wanted.outcome !== '' || wanted.grade !== '';
    let count = 0;
    for (const row of rows) if (row.alone) {
      const hit = fits(row, wanted, '');
      row.element.hidden = !hit;
      count += hit;
    }
    for (const group of groups) {
      group.hits = 0;
      for (const row of group.members) {
        const hit = fits(row, wanted, group.head);
        if (row.element.hidden === hit) row.element.hidden = !hit;
        group.hits += hit;
      }
      count += group.hits;
      group.element.hidden = group.hits === 0;
      for (const reason of group.reasons)
        reason.hidden = ![...reason.nextElementSibling.children].some(one => !one.hidden);
    }
    for (const group of groups) group.element.open = active ? group.open || count <= 300 : group.open;
    shown.textContent = active ? count.toLocaleString('en') + ' of ' + rows.length.toLocaleString('en')
      + ' results on this page are shown.' : '';
  };
  let waiting = 0;
  form.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
  form.addEventListener('reset', () => setTimeout(apply));
  form.addEventListener('submit', event => { event.preventDefault(); apply(); });
  form.hidden = false;
  const unfold = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest('details');
    if (folded) { folded.open = true; target.scrollIntoView(); }
  };
  addEventListener('hashchange', unfold);
  unfold();
  let before = [];
  addEventListener('beforeprint', () => {
    before = [...document.querySelectorAll(
      'details:not([open], [data-outcome=not_applicable])')];
    for (const one of before) one.open = true;
  });
  addEventListener('afterprint', () => { for (const one of before) one.open = false; });
})();
"""
