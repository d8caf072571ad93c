<?php
// A blog about bread in a fresh WordPress: posts, links, tags, a blogroll, comments. Told its folder and its address.
define('WP_INSTALLING', true);
[, $root, $address] = $argv;
require "$root/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/bookmark.php';

wp_install('Crumb &amp; Co', 'anna', 'anna@crumb.example', true, '', 'none', 'en_GB');
wp_delete_post(1, true);  // "Hello world!" and its comment
foreach (['siteurl' => $address, 'home' => $address, 'blogdescription' => 'Sourdough, mostly',
          'permalink_structure' => '/%year%/%monthnum%/%postname%/', 'timezone_string' => 'Europe/Berlin',
          'comment_moderation' => 0] as $name => $value) {
    update_option($name, $value);
}

$posts = [];
for ($n = 1; $n <= 25; $n++) {  // newest last; ten a page of the feed
    $posts[$n] = wp_insert_post([
        'post_title' => "Sourdough loaf $n", 'post_name' => "loaf-$n", 'post_status' => 'publish', 'post_author' => 1,
        'post_date' => sprintf('2025-07-%02d 00:30:00', $n),  // in Berlin; the day before in UTC
        'post_content' => "<p>Caf&eacute; loaf $n of sourdough baking, as <a href=\"https://oven$n.example/rye?utm_source=x\">"
            . "Oven</a> bakes it.</p>" . ($n === 25 ? '<p>With <a rel="sponsored" href="https://mill.example/">flour</a>.</p>' : ''),
        'tags_input' => ['sour dough', 'bread'],
    ]);
}
wp_insert_post(['post_title' => 'Draft', 'post_content' => 'x', 'post_status' => 'draft']);
wp_insert_post(['post_title' => 'Mine', 'post_content' => 'x', 'post_status' => 'private']);
wp_insert_link(['link_name' => 'Rye', 'link_url' => 'https://rye.example/', 'link_category' => get_option('default_link_category')]);

function say_so(int $post, string $who, string $url, int $hour, array $more = []): void
{
    $told = ['comment_post_ID' => $post, 'comment_author' => $who, 'comment_author_url' => $url, 'comment_approved' => 1,
             'comment_content' => "Good crumb, <em>$who</em>", 'comment_date' => sprintf('2025-08-01 %02d:15:00', $hour),
             'comment_date_gmt' => get_gmt_from_date(sprintf('2025-08-01 %02d:15:00', $hour))];
    wp_insert_comment($more + $told);
}
for ($n = 1; $n <= 120; $n++) {  // a hundred a page of the interface
    say_so($posts[25 - $n % 5], "Baker $n", "https://baker$n.example/about", $n % 24);
}
say_so($posts[25], 'Ben', 'https://bsky.app/profile/ben.example', 3);
say_so($posts[25], 'Nobody', '', 4);
say_so($posts[25], 'Spam', 'https://spam.example/', 5, ['comment_approved' => 'spam']);
say_so($posts[25], 'Waiting', 'https://waiting.example/', 6, ['comment_approved' => 0]);
flush_rewrite_rules();
