"""Plans, advocates, incentives and tracking as page, workbook and words."""
