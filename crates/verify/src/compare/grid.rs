//! Lays cells out in columns of text.

/// Where a cell's text stands between the edges of its columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Align {
    #[default]
    Left,
    Center,
    Right,
}

#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) row: usize,
    pub(super) column: usize,
    /// How many columns it covers.
    pub(super) span: usize,
    pub(super) text: String,
    /// What stands before it. The widest margin of a column counts for all its cells.
    pub(super) margin: &'static str,
    pub(super) align: Align,
}

/// Cells by row, and in a row from left to right.
#[derive(Default)]
pub(super) struct Grid {
    cells: Vec<Cell>,
    /// Columns that only what stands in them makes wide, not what spans them.
    narrow: Vec<usize>,
}

impl Grid {
    pub(super) fn add(&mut self, cell: Cell) {
        self.cells.push(cell);
    }

    pub(super) fn keep_narrow(&mut self, columns: std::ops::Range<usize>) {
        self.narrow.extend(columns);
    }

    /// The text, a line for each row.
    pub(super) fn lay_out(self) -> String {
        let columns = self.cells.iter().map(|cell| cell.column + cell.span).max().unwrap_or(0);
        let mut margins = vec![0; columns];
        for cell in &self.cells {
            margins[cell.column] = margins[cell.column].max(width(cell.margin));
        }
        let widths = self.widths(&margins);
        let starts: Vec<usize> = std::iter::once(0)
            .chain(widths.iter().scan(0, |sum, width| {
                *sum += width;
                Some(*sum)
            }))
            .collect();
        let (mut text, mut row, mut at) = (String::new(), 0, 0);
        for cell in &self.cells {
            if cell.text.trim().is_empty() && cell.margin.trim().is_empty() {
                continue;
            }
            while row < cell.row {
                text.push('\n');
                (row, at) = (row + 1, 0);
            }
            let (start, margin) = (starts[cell.column], margins[cell.column]);
            let room = starts[cell.column + cell.span] - start - margin;
            let before = match cell.align {
                Align::Left => 0,
                Align::Center => room.saturating_sub(width(&cell.text)) / 2,
                Align::Right => room.saturating_sub(width(&cell.text)),
            };
            let gap = start.saturating_sub(at) + margin - width(cell.margin);
            pad(&mut text, gap);
            text.push_str(cell.margin);
            pad(&mut text, before);
            text.push_str(&cell.text);
            at = start + margin + before + width(&cell.text);
        }
        text.push('\n');
        text
    }

    /// The widths of columns with their margins: what stands in one column first, what spans more than that after it.
    fn widths(&self, margins: &[usize]) -> Vec<usize> {
        let mut widths = vec![0; margins.len()];
        let mut by_span: Vec<&Cell> = self.cells.iter().collect();
        by_span.sort_by_key(|cell| cell.span);
        for cell in by_span {
            let needed = width(&cell.text) + margins[cell.column];
            let span = cell.column..cell.column + cell.span;
            if span.len() == 1 {
                widths[cell.column] = widths[cell.column].max(needed);
            } else if widths[span.clone()].iter().sum::<usize>() < needed {
                self.widen(&mut widths, span, needed);
            }
        }
        widths
    }

    /// Makes columns as wide as what spans them needs, the narrower ones first, until they are equal.
    fn widen(&self, widths: &mut [usize], span: std::ops::Range<usize>, needed: usize) {
        let last = span.end - 1;
        let (mut narrow, mut wide): (Vec<usize>, Vec<usize>) =
            span.partition(|column| self.narrow.contains(column));
        if wide.is_empty() {
            // Something has to give way.
            narrow.pop();
            wide.push(last);
        }
        let taken: usize = narrow.iter().map(|&column| widths[column]).sum();
        let mut left = needed.saturating_sub(taken);
        wide.sort_by_key(|&column| std::cmp::Reverse(widths[column]));
        for (done, &column) in wide.iter().enumerate() {
            let share = left.div_ceil(wide.len() - done);
            widths[column] = widths[column].max(share);
            left = left.saturating_sub(widths[column]);
        }
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn pad(text: &mut String, by: usize) {
    text.extend(std::iter::repeat_n(' ', by));
}
