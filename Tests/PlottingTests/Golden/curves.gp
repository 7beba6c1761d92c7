# Draws curves.pdf and curves.svg: run `gnuplot curves.gp` in the folder of this file.
set encoding utf8

# Requests: x, y
$panel1_curve1 << END
0.25 3.0
0.75 0.0
END

# Lengths: x, y
$panel2_curve1 << END
10.0 0.0
1024.0 100.0
END
$panel2_curve2 << END
10.0 0.0
1024.0 100.0
END

do for [format in 'pdf svg'] {
  if (format eq 'pdf') {
    set terminal pdfcairo noenhanced font 'DejaVu Sans,9' fontscale 0.75 linewidth 1 size 10in,2.916667in
  } else {
    set terminal svg noenhanced font 'DejaVu Sans,9' fontscale 1.333 linewidth 0.7 size 960,280 background '#ffffff'
  }
  set output 'curves.'.format
  set multiplot
  set border 3 lw 0.7
  set tics nomirror
  set grid ytics lc rgb '#d9d9d9' lw 0.5 dt 1
  unset key
  
  set lmargin at screen 0.066667
  set rmargin at screen 0.4875
  set bmargin at screen 0.180952
  set tmargin at screen 0.895238
  set title 'Requests' offset 0,-0.5
  set xlabel 'time (min)' offset 0,0.4
  set ylabel 'requests' offset 1,0
  set xrange [0:0.75]
  set yrange [0:*]
  set xtics scale 0.5 font 'DejaVu Sans,8'
  set ytics scale 0.5 font 'DejaVu Sans,8'
  set key bottom right samplen 2 font 'DejaVu Sans,8'
  plot $panel1_curve1 using 1:2 with histeps lc rgb '#000000' lw 1.6 notitle
  
  set lmargin at screen 0.565278
  set rmargin at screen 0.986111
  set bmargin at screen 0.180952
  set tmargin at screen 0.895238
  set title 'Lengths' offset 0,-0.5
  set xlabel 'tokens' offset 0,0.4
  set ylabel 'share (%)' offset 1,0
  set xrange [0:1024]
  set yrange [0:*]
  set xtics scale 0.5 font 'DejaVu Sans,8'
  set ytics scale 0.5 font 'DejaVu Sans,8'
  set key bottom right samplen 2 font 'DejaVu Sans,8'
  plot $panel2_curve1 using 1:2 with lines lc rgb '#3b2d82' lw 1.6 title 'prompts', \
    $panel2_curve2 using 1:2 with lines lc rgb '#814e01' lw 1.6 title 'it''s'
  unset multiplot
  unset output
}
